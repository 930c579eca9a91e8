"""Sheets to tables: where title, header, regions, years and figures of a table are. What they mean is for `matching`."""
