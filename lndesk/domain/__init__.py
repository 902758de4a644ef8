"""Pure rules of the trial: no clock, no disk, no SQL."""
