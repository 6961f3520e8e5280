use lib 't/lib';
use UETest;
UETest::cpp_suite('net_queue_shutdown_timeout');
