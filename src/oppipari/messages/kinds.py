"""What is so of a letter by its kind alone."""

# Answers to a press of their receiver, at whatever hour: somebody waits for them. All else leaves in working hours.
CODES = frozenset({"sign_in_code", "sign_in_unknown", "address_old", "address_new", "address_taken", "address_invited"})
AT_ONCE = CODES | {"sign_up_received", "sign_up_waiting"}
# Somebody stands before a page that asks for what these bring: they go before all others.
FIRST = CODES
# Kinds that begin so leave in working hours or not at all.
REMINDER = "reminder_"
# What is asked here is answered in private, on a page: an answer by mail comes back to its writer, and tells nobody.
ANSWERED_ALONE = frozenset({"pair_question", "pair_ended", "reminder_question", "insight_asked", "questionnaire_open"})
# What these say of a meeting is so until it is moved, agreed or called off. What says that it is off stays so.
OF_A_TIME = frozenset(
    {
        "meeting_proposed", "meeting_move_proposed", "meeting_agreed", "meeting_moved", "meeting_update", "meeting_link",
        "meeting_link_missing", "meeting_unfit", "meeting_unsuited", "meeting_passed", "reminder_met",
    }
)  # fmt: skip
# Those who get these supervise a unit; who gets others signed up, unless the kind says why it came.
TO_SUPERVISORS = frozenset(
    {
        "supervisor_added", "somebody_waits", "meeting_waits", "meeting_off", "meeting_copy", "pair_wanted_again", "pair_off",
        "reminder_waits", "reminder_trial", "reminder_several", "reminder_not_met", "letter_refused",
    }
)  # fmt: skip
