use lib 't/lib';
use UETest;
UETest::cpp_suite('net_load_average');
