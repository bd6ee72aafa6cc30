"""Payout rounds: proposing what each artist gets, concerns and their answers, finalising, paying."""
