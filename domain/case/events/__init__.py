"""Events of a case: of the case itself, its referral, its disagreements, its plans, its enrolment and self-care."""
