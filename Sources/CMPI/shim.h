// The few calls of MPI that are needed, in a form that Swift can use: Open MPI's constants are casts,
// which Swift does not import. Every call returns an MPI error code, 0 if all is well.
//
// Reference: MPI: A Message-Passing Interface Standard, version 3.1.

#ifndef CMPI_SHIM_H
#define CMPI_SHIM_H

// Debian has it in a folder of its own; elsewhere the compiler is told where it is (CPATH).
#if __has_include(<mpi/mpi.h>)
#include <mpi/mpi.h>
#else
#include <mpi.h>
#endif

// An operation that is under way.
typedef struct {
  MPI_Request request;
} cmpi_operation;

// Joins the job. Only the thread that does so may make any of the calls below.
static inline int cmpi_join(int *rank, int *count) {
  int provided;
  const int error = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
  if (error) return error;
  // Errors come back to the caller instead of ending the program.
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_rank(MPI_COMM_WORLD, rank);
  return MPI_Comm_size(MPI_COMM_WORLD, count);
}

static inline int cmpi_leave(void) { return MPI_Finalize(); }

// Whether an operation is complete. A complete one is over and not asked again.
static inline int cmpi_test(cmpi_operation *operation, int *is_complete) {
  return MPI_Test(&operation->request, is_complete, MPI_STATUS_IGNORE);
}

// Gives up an operation, which may still come to its end.
static inline void cmpi_abandon(cmpi_operation *operation) { MPI_Request_free(&operation->request); }

// Begins to collect `size` bytes of each rank, one after the other, on all of them.
static inline int cmpi_gather(
  const void *bytes, int size, void *all, cmpi_operation *operation
) {
  return MPI_Iallgather(
    bytes, size, MPI_BYTE, all, size, MPI_BYTE, MPI_COMM_WORLD, &operation->request);
}

// The same with as many bytes of each rank as `sizes` says, each at its offset.
static inline int cmpi_gather_varied(
  const void *bytes, int size, void *all, const int *sizes, const int *offsets,
  cmpi_operation *operation
) {
  return MPI_Iallgatherv(
    bytes, size, MPI_BYTE, all, sizes, offsets, MPI_BYTE, MPI_COMM_WORLD, &operation->request);
}

// Begins to send a message; its bytes must stay until the operation is complete.
static inline int cmpi_send(const void *bytes, int size, int rank, cmpi_operation *operation) {
  return MPI_Isend(bytes, size, MPI_BYTE, rank, 0, MPI_COMM_WORLD, &operation->request);
}

// Whether a message has arrived, from which rank, and how long it is.
static inline int cmpi_probe(int *has_arrived, int *rank, int *size) {
  MPI_Status status;
  const int error = MPI_Iprobe(MPI_ANY_SOURCE, 0, MPI_COMM_WORLD, has_arrived, &status);
  if (error || !*has_arrived) return error;
  *rank = status.MPI_SOURCE;
  return MPI_Get_count(&status, MPI_BYTE, size);
}

// Takes the message that `cmpi_probe` has told of.
static inline int cmpi_receive(void *bytes, int size, int rank) {
  return MPI_Recv(bytes, size, MPI_BYTE, rank, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

#endif
