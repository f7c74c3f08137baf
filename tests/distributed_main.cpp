// Runs the test cases on all ranks together; rank 0 reports, other ranks speak only when they fail.
#include <mpi.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  testing::InitGoogleMock(&argc, argv);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  if (rank != 0) {
    // The default printer of a failing assertion still shows which rank failed.
    class FailurePrinter : public testing::EmptyTestEventListener {
      void OnTestPartResult(const testing::TestPartResult& result) override {
        if (result.failed()) {
          std::fprintf(stderr, "%s:%d: %s\n", result.file_name(), result.line_number(),
                       result.message());
        }
      }
    };
    delete listeners.Release(listeners.default_result_printer());  // NOLINT
    listeners.Append(new FailurePrinter);                          // NOLINT: gtest owns listeners
  }
  const int own = RUN_ALL_TESTS();
  int any = 0;
  MPI_Allreduce(&own, &any, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  MPI_Finalize();
  return any;
}
