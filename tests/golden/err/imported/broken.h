struct x {
	int a
};
