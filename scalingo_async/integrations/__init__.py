"""Integrations with frameworks and stores; each module needs its own extra.

They use only the public names of the package, like your own code.
"""
