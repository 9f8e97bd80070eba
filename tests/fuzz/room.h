#ifndef SONDE_TESTS_FUZZ_ROOM_H
#define SONDE_TESTS_FUZZ_ROOM_H

/* The machine that scripts see: the working directory, which `run` fills from room/. Symbols, events and functions of
 * its kernel are files in there; there is one program and no process. */

/* Once, at the start; ends the process when there is no such directory. */
void room_find(void);
/* Around the work on one input: what is open stays open, and paths lead into the room, or out of it again. The working
 * directory is the room's root all the time, so that a relative path means the same on both sides. */
void room_enter(void);
void room_leave(void);

/* What the script is told goes to stderr when somebody looks (FUZZ_SHOW=1: run with files). */
struct diags;
void room_show(const struct diags *ds);

#endif
