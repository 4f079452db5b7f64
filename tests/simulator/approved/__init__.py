"""An approved platform beside the simulated Chorus Pro: XP Z12-013, three versions.

It shares no code with the module. What it answers is held against the standard's own
OpenAPI documents (``contracts``, see README); what it hands over reaches the Chorus Pro
of the same simulator, whose ledger stays the truth.
"""
