"""Events of a case: what can have happened to a referral, a care plan, an enrolment, and self-care."""
