# Did not touch the notebook.
