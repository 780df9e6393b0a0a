"""The pages that `oilplan serve` opens: they show what the record and the experiments say and compute nothing."""
