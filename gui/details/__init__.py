"""What is shown of a selected object: a head with tabs, and one widget per type of tab."""
