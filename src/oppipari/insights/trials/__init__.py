"""Trials: what a unit tries for a while, with a day on which it decides; offered to other units when it has decided."""
