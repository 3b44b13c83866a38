"""The pages: server-rendered, Swedish first, for people who are signed in. They read; nothing here decides."""
