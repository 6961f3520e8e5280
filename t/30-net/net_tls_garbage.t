use lib 't/lib';
use UETest;
UETest::cpp_suite('net_tls_garbage');
