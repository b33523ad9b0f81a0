"""Outputs whose data are numbers, nothing and lists where texts belong."""
# points: 0 2

shell = get_ipython()
for data in ({"text/plain": 3}, {"text/html": None}, {"image/png": ["no picture"]}, {"": {}}, {"text/plain": {"text/plain": []}}):
    shell.display_pub.publish(data)


def square(x):
    return x
