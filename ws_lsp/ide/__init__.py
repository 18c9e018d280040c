"""What an editor can do at a place: functions from a snapshot and an offset to plain values."""
