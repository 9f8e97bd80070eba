# Kernel functions: compared on every kernel that has kprobes. The other files run where scripts/test runs.

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
