"""A widget's view and state, which are programs and HTML, and other programs that Jupyter can show."""
# points: 0 2

from IPython.display import display

RUN = "document.title='THE_ATTACK_RAN'"
display({"application/vnd.jupyter.widget-view+json": {"model_id": f"</script><script>{RUN}</script>", "version_major": 2, "version_minor": 0}}, raw=True)
state = {"_model_module": "@jupyter-widgets/controls", "_model_name": "HTMLModel", "value": f"</script><script>{RUN}</script><img src=x onerror={RUN}>"}
kernel = get_ipython().kernel
opened = {"comm_id": "x", "target_name": "jupyter.widget", "data": {"state": state, "buffer_paths": []}}
kernel.session.send(kernel.iopub_socket, "comm_open", opened, parent=kernel.get_parent())
for kind in ("application/javascript", "text/javascript", "application/vnd.vega.v5+json", "application/xhtml+xml", "application/pdf", "text/x-other"):
    display({kind: f"</script><script>{RUN}</script>"}, raw=True)


def square(x):
    return x
