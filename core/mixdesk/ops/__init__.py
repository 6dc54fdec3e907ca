"""What a user can do, in plain frozen records: the verbs the front ends call."""
