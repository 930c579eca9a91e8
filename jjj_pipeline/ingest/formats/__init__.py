"""Bytes of one format to sheets: text, HTML, zipped workbooks, binary workbooks. No table is recognised here."""
