"""The first letter of a text, at the beginning of a sentence and within one."""


def capitalise(text: str) -> str:
    """Capitalise the first letter of a text, and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def decapitalise(text: str) -> str:
    """Begin a text with a small letter, unless its first word is an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
