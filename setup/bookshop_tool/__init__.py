"""The command-line tool of the project: a real Odoo 19 on a plain machine.

Standard library only, so that it runs before anything is installed. Tests and
measurements use :mod:`bookshop_tool.workspace`; the rest is behind it.
"""
