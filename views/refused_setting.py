"""What is raised where a setting cannot be used."""


class SettingRefused(Exception):
    """A setting cannot be used; the sentence says what to change."""
