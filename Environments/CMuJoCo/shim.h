// MuJoCo's own interface, and what Swift cannot reach in it.
//
// Reference: MuJoCo 2.2.2, https://mujoco.readthedocs.io/en/2.2.2/APIreference.html

#ifndef CMUJOCO_SHIM_H
#define CMUJOCO_SHIM_H

#include <mujoco/mujoco.h>
#include <stdlib.h>
#include <string.h>

#if mjVERSION_HEADER >= 300
#error "The environments on MuJoCo need MuJoCo 2.2 (Debian's libmujoco-dev), not version 3."
#endif

// Compiles a model from MJCF text. Returns NULL and writes the reason to `error`, of `capacity`
// characters, if it has a mistake.
static inline mjModel *cmujoco_compile(const char *text, char *error, int capacity) {
  // MuJoCo reads files only, if need be from its own file system in memory. That is of some
  // megabytes, too large for a thread's stack.
  static const char name[] = "model.xml";
  mjModel *model = NULL;
  mjVFS *files = malloc(sizeof(mjVFS));
  if (!files) return NULL;
  mj_defaultVFS(files);
  const size_t size = strlen(text);
  if (mj_makeEmptyFileVFS(files, name, (int)size) == 0) {
    memcpy(files->filedata[mj_findFileVFS(files, name)], text, size);
    model = mj_loadXML(name, files, error, capacity);
  }
  mj_deleteVFS(files);
  free(files);
  return model;
}

static inline void cmujoco_ignore(const char *message) { (void)message; }

// Keeps MuJoCo from printing warnings, and from writing them to a file in the current folder, unless
// somebody has asked for them.
static inline void cmujoco_be_quiet(void) {
  if (!mju_user_warning) mju_user_warning = cmujoco_ignore;
}

#endif
