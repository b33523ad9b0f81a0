"""An error whose name and words would run in the feedback page."""
# points: 0 2

RUN = "<script>document.title='THE_ATTACK_RAN'</script>"
raise type(RUN, (Exception,), {})(f"</pre>{RUN}")


def square(x):
    return x
