"""Everything for authors of texts: faults with line and remedy, the national background, comparison, and publication.

This is the only room of the domain that reads files, and it reads only the package's own texts. It checks a text and
never changes it. Cases and versions do not depend on it: an act uses an agreement that has been read before.
"""
