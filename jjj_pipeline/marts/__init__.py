"""Derived tables: one SQL file or one Python function a table. Formulas: `measures` and measures.sql; columns: `contracts`."""
