# Control groups: paths of ids, as the kernel shows them in /proc, and ids of paths.

NAME   [types 1] the group of a process, as /proc has it
NEEDS  root
RUN    dir=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts); [ -n "$dir" ] || { dir="{{TMP}}/groups"; mkdir "$dir"; mount -t cgroup2 none "$dir"; }
	mkdir "$dir/sonde.$$"; id=$(stat -c %i "$dir/sonde.$$")
	(echo $BASHPID >"$dir/sonde.$$/cgroup.procs"; sed -n 's/^0:://p' /proc/self/cgroup >"{{TMP}}/told"; "{{SONDE}}" -e "begin { print(cgroup_path(cgroup, \"unified\")); print((cgroup == $id, cgroup == cgroupid(\"$dir/sonde.$$\"), cgroup == cgroupid(\"$dir\"))); printf(\"[%s][%s]\n\", cgroup_path($id, \"uni*\"), cgroup_path(cgroup, \"nothing\")); @[cgroup_path(cgroup, \"unified\")] = count(); exit(); }") >"{{TMP}}/seen"
	rmdir "$dir/sonde.$$"; [ "$dir" != "{{TMP}}/groups" ] || umount "$dir"; sed "s|$(cat "{{TMP}}/told")|TOLD|" "{{TMP}}/seen"; grep -c /sonde "{{TMP}}/told"
EXPECT
	unified:TOLD
	(true, true, false)
	[unified:TOLD][]


	@[unified:TOLD]: 1
	1

NAME   [types 1] the roots of all hierarchies that are mounted, version 2 in front
NEEDS  root
RUN    "{{SONDE}}" -e 'begin { print(cgroup_path(1)); print(cgroup_path(0xfffffff0)); exit(); }' | head -1 >"{{TMP}}/seen"
	awk '$3 == "cgroup2" && !n++ { print "unified:/" }' /proc/self/mounts >"{{TMP}}/there"; awk '$3 == "cgroup" { sub(".*/", "", $2); print $2 ":/" }' /proc/self/mounts | LC_ALL=C sort >>"{{TMP}}/there"
	paste -sd, "{{TMP}}/there" | cmp - "{{TMP}}/seen" && echo same
EXPECT same

NAME   [types 1.1] cgroup_path_t is a type; groups that are not there have no path
NEEDS  root
SCRIPT begin { let $x : cgroup_path_t = cgroup_path(0xfffffff0); printf("[%s]\n", $x); print(($x == cgroup_path(0xfffffff0), $x == cgroup_path(1), sizeof(cgroup_path_t), sizeof(($x, (int8)1)))); exit(); }
EXPECT
	[]
	(true, false, 16, 17)
