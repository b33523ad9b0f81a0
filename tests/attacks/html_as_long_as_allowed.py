"""HTML that takes long to read: elements within elements, attributes without number, a word without end."""
# points: 0 2

from IPython.display import HTML, display

display(HTML("".join(f"<b title={number}>" for number in range(10_000)) + "<p>" * 10_000))
display(HTML("<b " + "".join(f" a{number}=1" for number in range(20_000)) + ">3 of 3 points</b>"))
display(HTML("<p>" + "A" * 300_000))


def square(x):
    return x
