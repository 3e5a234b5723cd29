// How long it takes until every rank has so many bytes of every other.
//
//   mpicc -O2 Tests/Benchmarks/gather.c -o gather && mpirun -n 2 ./gather 40000 320000

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments) {
  MPI_Init(&count, &arguments);
  int rank, ranks;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  for (int index = 1; index < count; index++) {
    const int size = atoi(arguments[index]), rounds = 300;
    char *mine = calloc(size, 1), *all = calloc(size, ranks);
    MPI_Allgather(mine, size, MPI_BYTE, all, size, MPI_BYTE, MPI_COMM_WORLD);
    const double start = MPI_Wtime();
    for (int round = 0; round < rounds; round++)
      MPI_Allgather(mine, size, MPI_BYTE, all, size, MPI_BYTE, MPI_COMM_WORLD);
    const double time = (MPI_Wtime() - start) / rounds;
    if (rank == 0) printf("%d ranks, %d bytes each: %.0f us\n", ranks, size, time * 1e6);
    free(mine);
    free(all);
  }
  MPI_Finalize();
  return 0;
}
