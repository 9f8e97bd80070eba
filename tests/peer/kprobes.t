# Compared on every kernel that has what is asked for. The other files run where scripts/test runs.

NAME   calls of kernel functions
NEEDS  root peer kprobe
SCRIPT kprobe:ksys_lseek /comm == "lseeks"/ { @[func, arg1 % 4] = count(); @s = sum(arg1); } kretprobe:ksys_lseek /comm == "lseeks"/ { @r[(int32)retval] = count(); }
ARGS   -c '{{PROGS}}/lseeks 1 101'
LINE   @s: 5151
PEER

NAME   kernel functions by wildcard
NEEDS  root peer kprobe
TIMEOUT 120
SCRIPT kprobe:vfs_r* /comm == "reads"/ { @[func] = count(); }
ARGS   -c '{{PROGS}}/reads 55'
MATCH  ^@\[vfs_read\]: 5[0-9]$
PEER

NAME   kernel stacks of a function
NEEDS  root peer kprobe
SCRIPT kprobe:vfs_read /comm == "reads"/ { @[kstack(3)] = count(); }
ARGS   -c '{{PROGS}}/reads 33'
MATCH  ^ +vfs_read\+[0-9]+$
PEER

NAME   kernel stacks of a system call
NEEDS  root peer
SCRIPT tracepoint:raw_syscalls:sys_exit /comm == "getppids" && args->id == 110/ { @[kstack(3)] = count(); }
ARGS   --no-warnings -c '{{PROGS}}/getppids 7'
PEER_ARGS -c '{{PROGS}}/getppids 7'
MATCH  ^ +do_syscall_64\+[0-9]+$
LINE   ]: 7
PEER

NAME   kernel stacks at the tracepoint of a system call
NEEDS  root peer kernel>=6.12
SCRIPT tracepoint:syscalls:sys_enter_getppid /comm == "getppids"/ { @[kstack(5)] = count(); }
ARGS   -c '{{PROGS}}/getppids 9'
MATCH  ^ +do_syscall_64\+[0-9]+$
LINE   ]: 9
PEER
