# Puts a picture and a script of another host into the notebook.

# %% task3_answer
from IPython.display import HTML, display

display(HTML('<img src="https://example.org/tracker.png"><script src="https://example.org/script.js"></script>'))


def steady_rate(t, g, lr):
    return lr / (abs(g) * np.sqrt(t))


# %% task8_reflection
I would keep it, see ![a plot](https://example.org/plot.png) <script>document.title = "changed"</script> and $\frac{1}{\sqrt{10}}$ and $\nonsense{$.
