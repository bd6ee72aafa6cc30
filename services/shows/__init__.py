"""Shows: setting one up, its rules and schedule, what it looks like now, and what /doctor checks."""

from services.shows.doctor import DoctorFacts, NextDeadline, Undelivered, doctor_facts
from services.shows.money_rules import MoneyRuleChanges, MoneyRules, update_money_rules
from services.shows.schedule import cadence_of, pause_show, resume_show, schedule_next, update_schedule
from services.shows.settings import RuleChanges, update_channels, update_durations, update_rules
from services.shows.setup import ShowSetup, check_setup, setup_show
from services.shows.views import ShowRef, ShowView, get_show, list_shows, setup_target, show_by_id, show_view
from services.shows.vote_rules import VoteRuleChanges, update_vote_rules
from services.shows.work_rules import WorkRuleChanges, update_work_rules

__all__ = [
    "DoctorFacts",
    "MoneyRuleChanges",
    "MoneyRules",
    "NextDeadline",
    "RuleChanges",
    "ShowRef",
    "ShowSetup",
    "ShowView",
    "Undelivered",
    "VoteRuleChanges",
    "WorkRuleChanges",
    "cadence_of",
    "check_setup",
    "doctor_facts",
    "get_show",
    "list_shows",
    "pause_show",
    "resume_show",
    "schedule_next",
    "setup_show",
    "setup_target",
    "show_by_id",
    "show_view",
    "update_channels",
    "update_durations",
    "update_money_rules",
    "update_rules",
    "update_schedule",
    "update_vote_rules",
    "update_work_rules",
]
