"""The fold that answers: what is each party to do in a case, since when, by when, and by which rule?

Each part of a case has a module that finds its open items. `items` then adds the limits of the agreement version.
"""
