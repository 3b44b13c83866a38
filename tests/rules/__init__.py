"""What shows that the rules of the catalogue are kept: `make rules` tells, `make prove` breaks them one by one."""
