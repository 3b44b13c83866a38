"""Tools for writers of agreement texts: faults with line and remedy, the national background, comparison."""
