"""Two kernels for one notebook: a student's cells run in a sandbox, test cells in a kernel that the student's code never enters.

A test cell sees what the student defined through a wire that carries plain data alone (`wire`): numbers, text, arrays, and calls of
functions with them. Whatever the student's kernel was made into, it can only answer with data, on inputs that it could not foresee.
"""
