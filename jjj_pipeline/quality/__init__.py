"""What a contract of one table cannot say, and what people write about figures. `identities`: printed figures that must add up;
`plausible`: figures needing review; `check_tables`: both as tables; `corrections`: the ledger; `freshness`: overdue sources."""
