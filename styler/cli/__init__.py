"""The command line `python -m styler`, or `styler` where it is installed; its entry is `styler.__main__`.

- `options`: the options, which are the fields of `Settings`
- `invocation`: what the options ask for, checked as far as it can be without painting
- `out_file`: the file written to, replaced in one move
- `paint_invocation`: loads torch, and paints that
- `errors`: bad input as one line
"""
