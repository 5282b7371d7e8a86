#include <spawn.h>

/* In the child: every descriptor from `first` on is closed; with a directory, it is the working directory.
   posix_spawn_file_actions_addclosefrom_np and ..._addchdir_np, which Swift's Glibc module does not show. */
int spawn_add_close_from(posix_spawn_file_actions_t *actions, int first);
int spawn_add_directory(posix_spawn_file_actions_t *actions, const char *path);
