# cmake -DOUT=lib.c -DFILES="a.bc;b.bc" -P embed.cmake: writes the files as the array lib_files[]
# (codegen/lib.h), named without directory and ending.
set(text "#include \"codegen/lib.h\"\n\n")
set(rows)
foreach(file ${FILES})
	get_filename_component(name ${file} NAME_WE)
	file(READ ${file} hex HEX)
	string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
	string(REGEX REPLACE "(................................................................................)"
		"\\1\n" bytes "${bytes}")
	string(APPEND text "static const unsigned char ${name}_bc[] = {\n${bytes}\n};\n")
	string(APPEND rows "\t{ \"${name}\", ${name}_bc, sizeof(${name}_bc) },\n")
endforeach()
file(WRITE ${OUT} "${text}\nconst struct lib_file lib_files[] = {\n${rows}\t{ 0 },\n};\n")
