"""What frameworks and stores need to work with the client; each module wants its own extra.

They use the public names of the package alone, as a module of yours would.
"""
