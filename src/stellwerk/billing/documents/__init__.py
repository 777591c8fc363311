"""Documents as bytes: a frozen description becomes EN 16931 XML and a PDF/A-3 with a Swiss QR-bill.

Plain Python: no Django, no clock, no database; whoever calls brings every fact and the moment of rendering.
"""
