"""lndesk: dosing and visit tracking for one site of a per-kilogram cell therapy trial."""

__version__ = "0.1.0"
