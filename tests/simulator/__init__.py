"""Chorus Pro and PISTE over real HTTP, for tests, demo and measurements.

It shares no code with the module: what it does comes from the public documents of
AIFE (see README.md), so that a mistake of the module cannot hide in it.
"""
