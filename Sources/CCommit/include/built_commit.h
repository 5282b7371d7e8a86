/* Which commit was built. In C, since Swift takes no values from the build. */
#pragma once

/* The commit; empty where the build was not told. */
const char *built_commit(void);
