"""Amounts of money: whole numbers of a currency's smallest unit, read, said, added and shared."""
