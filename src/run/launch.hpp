#pragma once
/// \file
/// How a job is started: with MPI over all ranks, or alone; and how it ends.

#include <functional>
#include <string>

#include "comm/communicator.hpp"

namespace clvae::run {

/// The rank that mpirun or srun gave this process, 0 where neither started it; known without MPI.
int launched_rank();

/// Runs a job on all ranks that were started. \return the exit status
int on_all_ranks(const std::function<void(const comm::Communicator&)>& job);

/// Runs a job that needs no MPI, on one process: where several were started, on rank 0 alone.
/// \return the exit status
int alone(const std::function<void()>& job);

/// Lets a write beyond a limit on the size of files fail as any other that finds no room, rather
/// than end the process.
void survive_file_size_limits();

/// Writes out what is left of standard output. \return the job's exit status, or where all went
/// well but the output, that of a job that failed, which is told
int with_output_written(int status);

/// Prints "clvae: error: ..." on the process of rank 0.
void print_error(const std::string& message);

}  // namespace clvae::run
