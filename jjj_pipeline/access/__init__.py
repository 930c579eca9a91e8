"""What people ask of a published file: exports, the workbook, the lineage of a figure. Nothing here writes the warehouse."""
