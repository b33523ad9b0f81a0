"""A picture whose width, text and place are more attributes, and HTML that asks for a frame of its own."""
# points: 0 2

from IPython.display import display

RUN = "document.title='THE_ATTACK_RAN'"
size = {"width": f"1 onload={RUN} onerror={RUN}", "height": f"1 onload={RUN}", "alt": f'" onerror="{RUN}', "unconfined": True}
pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
display({"image/png": pixel}, raw=True, metadata={"image/png": size, "filenames": {"image/png": f'x" onerror="{RUN}'}})
display({"image/jpeg": f'x" onerror="{RUN}'}, raw=True)
display({"text/html": f"<script>top.{RUN}</script>"}, raw=True, metadata={"text/html": {"isolated": True}})


def square(x):
    return x
