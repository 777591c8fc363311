"""Stellwerk: the Manager a cloud or hosting provider gives its customers."""
